"""The review page: a local web application in which a translator mends an alignment."""
