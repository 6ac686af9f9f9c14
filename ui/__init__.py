"""The full face of the house for farmers on a good link and for the office: Streamlit over the API, nothing else."""
