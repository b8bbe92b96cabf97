"""What people read: errors, translations, numbers, dates, units. Knows nothing of events or maps."""
