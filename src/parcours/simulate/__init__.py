"""A map played as a company: seeded events with planted truths. Shares no code with the analyses."""
