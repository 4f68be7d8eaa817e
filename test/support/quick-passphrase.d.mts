/** A passphrase of one round, which others may begin with. */
export declare const QUICK_PASSPHRASE: string;

/** Passphrases of one round that are words of what is told. */
export declare const QUICK_WORDS: readonly string[];

/** What a process of its own has in its environment for such a stack; Pulumi's CLI takes it for any other passphrase. */
export declare const QUICK: { readonly PULUMI_CONFIG_PASSPHRASE: string; readonly NODE_OPTIONS: string };
