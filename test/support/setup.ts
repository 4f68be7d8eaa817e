// What the user has set for their own stacks is not for tests.
for (const name of Object.keys(process.env))
  if (/^(INFISICAL|PULUMI|EXTERNAL_INFISICAL_ALLOWED)_/.test(name)) delete process.env[name];
