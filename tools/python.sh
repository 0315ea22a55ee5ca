# Sourced by ./run, ./test and .ci/run: sets $python to a Python 3.11 or newer, or explains what is missing.
# PYTHON names one to use.
fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
python=
for candidate in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11 python3.14 python; do
    if fits "$candidate"; then python=$candidate; break; fi
done
if [ -z "$python" ]; then
    echo "Sepadan needs Python 3.11 or newer, and found: $(python3 --version 2>&1 || echo none)." >&2
    echo "Install it (Debian, Ubuntu: apt install python3 python3-venv) or name one in the variable PYTHON." >&2
    exit 2
fi
