"""Every call to a vendor: claimed, remembered, paid for once, retried with care."""
