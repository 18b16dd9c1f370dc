"""Pages of PDFs as pictures, and where on them something stands; made in processes of their own."""
