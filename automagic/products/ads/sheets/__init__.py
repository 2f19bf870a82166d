"""Files that platforms import: tables, HTML5 zips, and a list of what goes by hand.

Only columns that `data/ad_specs.toml` or the platform's own package names are written. Left out, because nothing that
we could read confirms how they are called: image columns of Google Ads Editor and its `EU political ads` (confirmed for
the bulk upload alone; declare it in the account before posting), and OpenAI's workbook (its tabs are known, their
columns are not). Those go by hand, with the folder and its list. Budgets and audiences are the person's to set.
"""
