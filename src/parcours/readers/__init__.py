"""Files of any common form become typed batches of events. Knows nothing of logs or maps."""
