"""Holds OCSF events, one JSON object a line on standard input, against the schema of the version that each names.

Prints one JSON array of complaints for each. Every object is closed: an attribute that the class or one of the event's
profiles does not have is a complaint too.
"""

import functools
import json
import sys

from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema


@functools.cache
def validator(version, class_uid, profiles):
    schemas = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=version))
    name = schemas.lookup_class_name_from_uid(class_uid)
    return Draft202012Validator(schemas.get_class_schema(class_name=name, profiles=list(profiles)))


for line in sys.stdin:
    event = json.loads(line)
    metadata = event["metadata"]
    errors = validator(metadata["version"], event["class_uid"], tuple(metadata.get("profiles", []))).iter_errors(event)
    print(json.dumps([f"{'.'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in errors]))
