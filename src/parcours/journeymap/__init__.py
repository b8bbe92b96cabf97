"""A workspace's maps: made from a template, a file or nothing, kept in versions, shown beside what is lived."""
