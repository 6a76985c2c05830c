"""dbt: sends a run for each model, test and seed of the last dbt build. Run it after dbt, in the project's directory."""

import json
import sys
import uuid

import macrowatch

STATUSES = {"success": "SUCCESS", "pass": "SUCCESS", "warn": "SUCCESS", "partial success": "FAILED", "error": "FAILED", "fail": "FAILED",
            "runtime error": "FAILED", "skipped": "SKIPPED", "no-op": "SKIPPED"}


def runs(results):
    invocation, written = results["metadata"]["invocation_id"], results["metadata"]["generated_at"]
    for result in results["results"]:
        node, timing = result["unique_id"], result["timing"]  # a node that dbt has skipped has no timing
        status = STATUSES[result["status"]]
        yield {
            "run_id": str(uuid.uuid5(uuid.NAMESPACE_URL, invocation + node)),  # the same when this runs again
            "step_name": node[:200],
            "status": status,
            "started_at": min([t["started_at"] for t in timing], default=written),
            "finished_at": max([t["completed_at"] for t in timing], default=written),
            "error_message": macrowatch.mask(result["message"] or "") if status == "FAILED" else None,
        }


if __name__ == "__main__":
    with open(sys.argv[1] if len(sys.argv) > 1 else "target/run_results.json") as file:
        print(macrowatch.send("pipeline-runs", runs(json.load(file))))
