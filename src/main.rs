//! The door: run the verb that was asked for, and exit with its code.

fn main() -> std::process::ExitCode {
    herenow::cli::main()
}
