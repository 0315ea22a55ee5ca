"""The pure generator of synthetic rolls: integers in, integers out. No Django, no clock, no input or output."""
