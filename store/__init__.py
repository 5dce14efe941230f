"""Everything SQLAlchemy, behind one door: tables, sessions, migrations, the repositories that speak values."""
