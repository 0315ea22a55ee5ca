"""The engines of regional tax: values in, values out. No Django, no clock, no files."""
