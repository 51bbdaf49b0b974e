//! The .env dialects: lossless edit, read as each consumer reads, write so that it reads back.
#![forbid(unsafe_code)]
