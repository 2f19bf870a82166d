"""What answers each route; the table of them is in automagic.web.routes."""
