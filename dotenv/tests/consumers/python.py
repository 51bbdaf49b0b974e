"""Reads one JSON string per line and answers with the pairs python-dotenv makes of it, as it reads a file."""
import io
import json
import logging
import sys

from dotenv import dotenv_values

logging.disable(logging.CRITICAL)
for line in sys.stdin.buffer:
    stream = io.StringIO(json.loads(line), newline=None)
    values = dotenv_values(stream=stream)
    print(json.dumps({key: value for key, value in values.items() if value is not None}))
