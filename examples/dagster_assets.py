"""Dagster: an asset whose runs macrowatch records. Try it with: dagster asset materialize -f dagster_assets.py --select fred_prices"""

import dagster
import fred_step


@dagster.asset
def fred_prices() -> None:
    fred_step.fetch()


defs = dagster.Definitions(assets=[fred_prices])
