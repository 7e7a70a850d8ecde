#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image: a Python that is new enough, and what the grader needs.
set -euo pipefail
root=${AUTOGRADER_ROOT:-/autograder}

# A Python of 3.11 or newer that can make an environment of its own; "" when there is none.
suitable() {
  for python in python3 python3.14 python3.13 python3.12 python3.11; do
    if "$python" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$python"
      return
    fi
  done
}

python=$(suitable)
if [ -z "$python" ]; then
  # Ubuntu 24.04 lacks only the second part of its Python; 22.04 has 3.11 beside its own.
  packages=(python3-venv)
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || packages=(python3.11 python3.11-venv)
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}"
  python=$(suitable)
fi
"$python" -m venv "$root/venv"
"$root/venv/bin/python" -m pip install -q --disable-pip-version-check -r "$root/source/requirements.txt"
"$root/venv/bin/python" -m compileall -q "$root/source/course"
