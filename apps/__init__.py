"""What people see: the Streamlit dashboard and the analysts' corner."""
