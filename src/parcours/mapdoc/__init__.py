"""The journey map as a document: schema, formats, templates, plan, and the draft discovered from a log."""
