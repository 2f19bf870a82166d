"""What destinations share: what is published, the journal of publications, and reading a result's folder."""
