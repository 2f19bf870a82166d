"""Which moments of a long recording could stand alone, and why.

Talk ─▶ find_candidates ─▶ score_spans ─▶ choose ─▶ MomentChoice: chosen and rejected, each with its reasons
        sentence to        features as    best, unlike
        sentence           percentiles    each other
"""
