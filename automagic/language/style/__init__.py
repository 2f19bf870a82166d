"""How an author writes: what was learned of it, how like it a draft is, and what the draft copies.

posts ─┬▶ describe ─▶ StyleProfile       what can be counted, each with its count
       ├▶ learn_style ─▶ StyleModel      how like the author: a judge of characters selects, one of words reports
       └▶ EarlierPosts                   the nearest post, the longest run of words taken from one
"""
