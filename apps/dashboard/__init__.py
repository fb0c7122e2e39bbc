"""The Streamlit dashboard on the published file."""
