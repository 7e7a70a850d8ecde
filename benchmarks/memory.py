"""How much memory a process takes, shared pages in proportion."""

from pathlib import Path


def pss(pid: int) -> int:
    """Kilobytes of its proportional set, proc(5); 0 when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
