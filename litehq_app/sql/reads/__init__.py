"""The read path. No entity, no ORM: a question becomes one statement, a row becomes a record."""
