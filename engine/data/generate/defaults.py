#!/usr/bin/env python3
"""Packs the defaulting rules of the built-in kinds for celgate, as JSON on one line.

    python3 defaults.py ../../../shared/corpora/golden/defaults/default_rules.json > ../defaults/rules.json

default_rules.json was derived by running the API server's own codecs (default_rules.md beside it explains it); what is left
out here is its prose. Types are those of ../schemas/types.txt.

{"rules": {type: [rule, …]}, "exact": [type.field of quantities that are not rounded, …]}
rule: {"if": [[op, path, value?], …], and one of
       "default": {path: value}   where unset
       "set": {path: value}
       "unset": [path]
       "copy": {path: path}       where empty
       "do": procedure}           of procedures.rs
op:   eq ne in lt unset set nonempty notnil isnil
"""
import json, sys

data = json.load(open(sys.argv[1]))
# Nobody stores one, so the recording left it out.
data["rules"]["authentication/v1.TokenRequestSpec"] = [{"default": {"expirationSeconds": 3600}}]
packed = {"rules": data["rules"], "exact": data["quantity_maps_not_rounded"]}
print(json.dumps(packed, separators=(",", ":")))
