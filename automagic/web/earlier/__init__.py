"""The clips API that users of an earlier system have code against: its names and shapes, over the same queue."""
