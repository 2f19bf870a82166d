"""Moving pictures: files opened with care, their frames in order, one encoder, joins by stream copy."""
