"""The studio in a browser: pages from the server, useful without JavaScript, over the same handlers as the API.

    browser ─▶ table.py (path → handler) ─▶ one file a page ─▶ templates.py ─▶ data/web/templates/NAME.html

A form is sent to a page's own path and answered with a redirect (303) to where the result is seen; with JavaScript,
htmx swaps the part that changed. Nothing inline runs (Content Security Policy), and nothing comes from another server.
"""
