# A master and two workers on loopback, and a list.
export SPARK_LOCAL_IP=127.0.0.1
beside "PySpark as requirements/spark.txt has it, and Java" tests.docs.cluster
if [ -z "$lacking" ]; then
  master="$address"
  soken operation new "Operation Tanuki"
  soken intake docs/examples/customers.csv --operation operation-tanuki
fi
