"""After kill -9 of any process, of Redis, of the database's connections: work resumes within 30 s, nothing twice."""
