"""Airflow: a DAG with a task in Python and a task that is a command. macrowatch records both."""

import datetime

import fred_step
from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

with DAG("desk", schedule="0 7 * * 1-5", start_date=datetime.datetime(2026, 1, 1), catchup=False) as desk:
    prices = PythonOperator(task_id="fred", python_callable=fred_step.fetch)
    models = BashOperator(task_id="models", bash_command="python3 -m macrowatch run models -- dbt build")
    prices >> models
