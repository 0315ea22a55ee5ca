"""Pure rules of the records: number patterns, sign-in delays, password rules, keyed digests, changed fields."""
