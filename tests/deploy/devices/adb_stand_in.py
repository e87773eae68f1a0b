#!/usr/bin/env python3
"""Stands for Android's adb with a phone behind it: the real tools' own formats, told what to do by a JSON file.

Keys: phones (lines of `adb devices -l`), celsius (a reading for each time it is asked, the last for ever), charging,
output (what benchmark_model prints), at_rest and busy (the battery's readings), lose_at (the number of the benchmark
run at which the cable is pulled, once).
"""

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

STATE = Path(os.environ["ADB_STAND_IN"])
PROPERTIES = {
    "ro.product.model": "Pixel 8",
    "ro.soc.manufacturer": "Google",
    "ro.soc.model": "Tensor G3",
    "ro.hardware": "shiba",
    "ro.build.version.release": "16",
}


def main(arguments: list[str]) -> int:
    state = json.loads(STATE.read_text())
    state.setdefault("calls", []).append(arguments)
    phone = STATE.parent / "phone"
    try:
        if arguments[:1] == ["devices"]:
            print("* daemon not running; starting now at tcp:5037\n* daemon started successfully")
            print("List of devices attached")
            print("".join(f"{line}\n" for line in state["phones"]))
            return 0
        if arguments[:1] == ["-s"]:
            serial, arguments = arguments[1], arguments[2:]
            if not any(line.startswith(f"{serial} ") and " device " in line for line in state["phones"]):
                print(f"adb: device '{serial}' not found", file=sys.stderr)
                return 1
        if arguments[0] == "push":
            target = phone / arguments[2].lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(arguments[1], target)
            print(f"{arguments[1]}: 1 file pushed, 0 skipped. 32.1 MB/s ({target.stat().st_size} bytes in 0.001s)")
            return 0
        return shell(" ".join(arguments[1:]), phone, state)
    finally:
        STATE.write_text(json.dumps(state))


def shell(command: str, phone: Path, state: dict) -> int:
    tool = phone / "data/local/tmp/potstill/benchmark_model"
    if command.startswith("for i in"):
        print(state.get("at_rest", ""))
    elif command == "getprop":
        print("\n".join(f"[{key}]: [{value}]" for key, value in PROPERTIES.items()))
    elif command == "dumpsys battery":
        celsius = state["celsius"].pop(0) if len(state["celsius"]) > 1 else state["celsius"][0]
        charging = str(state.get("charging", False)).lower()
        print(f"Current Battery Service state:\n  AC powered: {charging}\n  level: 87\n  temperature: {celsius}")
    elif command.startswith("stat "):
        if tool.exists():
            print(tool.stat().st_size)
    elif command.startswith("sha256sum "):
        if tool.exists():
            print(f"{hashlib.sha256(tool.read_bytes()).hexdigest()}  /data/local/tmp/potstill/benchmark_model")
    elif "benchmark_model --graph" in command:
        state["runs"] = state.get("runs", 0) + 1
        if state["runs"] == state.get("lose_at"):
            state["returns"] = state["phones"]
            state["phones"] = []
            print("STARTING!")
            return 255
        print(state["output"])
        print(state.get("busy", "") if "& for i in" in command else "")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
