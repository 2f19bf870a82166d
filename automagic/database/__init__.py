"""Tables, migrations and named queries. Knows nobody: what its rows mean is the caller's business."""
