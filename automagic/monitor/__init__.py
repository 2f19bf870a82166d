"""Resources, metrics and their figures. Reads the database with plain SQL; knows neither runs nor vendors."""
