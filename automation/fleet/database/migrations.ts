/**
 * The schema of the fleet's database, forward only: a step that was released is never changed. The queue's own tables are
 * pg-boss's, in a schema beside this one.
 */
export const SCHEMA = "external_infisical";

export const MIGRATIONS: readonly string[] = [
  `
  create table project (
    name text primary key,
    file text not null,
    folder text not null,
    declared jsonb not null,
    applied_at timestamptz not null default now(),
    applied_by text not null
  );
  comment on table project is 'A syncs.yaml. Secrets stand in it as references only.';
  comment on column project.folder is 'Where relative paths of references to files begin, on the workers.';

  create table sync (
    id bigint generated always as identity primary key,
    project text not null references project (name) on delete cascade,
    name text not null,
    destination text not null unique,
    declared jsonb not null,
    inputs jsonb,
    outputs jsonb,
    intent jsonb,
    outcome text not null default 'none'
      check (outcome in ('none', 'unchanged', 'changed', 'failed', 'parked', 'rejected')),
    message text,
    failures integer not null default 0,
    checked_at timestamptz,
    changed_at timestamptz,
    next_at timestamptz,
    paused_at timestamptz,
    paused_by text,
    removed_at timestamptz,
    is_pruned boolean not null default false,
    unique (project, name)
  );
  create index on sync ((declared -> 'args' ->> 'projectId'));
  comment on column sync.destination is 'The place that it writes: no two syncs have one, and a renamed sync is known by it.';
  comment on column sync.inputs is 'As the last run left them, without secrets. Null before the first.';
  comment on column sync.intent is 'Inputs of a run that has begun to write and has not ended.';
  comment on column sync.removed_at is 'Since when no file declares it. It is parked until somebody says what becomes of its keys.';
  comment on column sync.is_pruned is 'Who removed the declaration has said that what becomes of its keys needs no approval.';

  create table chain (
    writer bigint not null references sync (id) on delete cascade,
    reader bigint not null references sync (id) on delete cascade,
    primary key (writer, reader)
  );
  comment on table chain is 'Who reads what another one writes, and so runs after it.';

  create table parked (
    sync bigint primary key references sync (id) on delete cascade,
    id text not null unique,
    inputs jsonb not null,
    planned jsonb not null,
    reasons jsonb not null,
    parked_at timestamptz not null default now(),
    decision text check (decision in ('approved', 'rejected')),
    decided_at timestamptz,
    decided_by text,
    comment text
  );
  comment on table parked is 'Plans that wait for somebody. An approval is of exactly these inputs.';

  create table history (
    id bigint generated always as identity primary key,
    sync bigint references sync (id) on delete set null,
    project text not null,
    name text not null,
    at timestamptz not null default now(),
    event text not null,
    done_by text not null,
    detail jsonb not null default '{}'
  );
  create index on history (sync, id desc);
  create index on history (at);

  create table lease (
    destination text primary key,
    fence bigint not null,
    holder text,
    renewals bigint not null default 0
  );
  comment on column lease.renewals is 'Grows while the holder lives: who sees it stand still long enough may take over.';

  create table bucket (
    host text not null,
    class text not null,
    tokens double precision not null,
    refilled_at timestamptz not null,
    primary key (host, class)
  );

  create table told (
    sync bigint primary key references sync (id) on delete cascade,
    state text not null,
    number bigint not null default 0,
    attempts integer not null default 0,
    due_at timestamptz not null default now()
  );
  comment on table told is 'What notifications have told of a sync last: what it is otherwise now, is told next.';

  create table worker (
    id text primary key,
    host text not null,
    version text not null,
    started_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    is_stopping boolean not null default false
  );
  `,
  `
  create table signed_out (
    session text primary key,
    until timestamptz not null
  );
  comment on table signed_out is 'Sessions of the page that were ended, until they would have ended by themselves.';
  `,
  `
  alter table told add column message uuid not null default gen_random_uuid();
  alter table told drop column number;
  comment on column told.message is 'The id of the next message: one that is told again has the same.';
  `,
];
