"""Tables, migrations and named queries. It imports no other room: what its rows mean is the caller's business."""
