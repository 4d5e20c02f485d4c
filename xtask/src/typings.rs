//! The public typings, from those that wasm-bindgen wrote.

/// Everything before the parts about loading wasm, which the package does on its own.
pub fn public(generated: &str) -> String {
    let starts = ["export type InitInput", "export interface InitOutput"];
    let end = starts.iter().filter_map(|start| generated.find(start)).min().unwrap_or(generated.len());
    let (public, _) = generated.split_at(end);
    format!("{}\n", public.trim_end())
}

#[cfg(test)]
mod tests {
    use super::public;

    #[test]
    fn loading_is_no_part_of_the_typings() {
        let generated =
            "export class Shardd {}\n\nexport type InitInput = URL;\nexport default function __wbg_init();\n";
        assert_eq!(public(generated), "export class Shardd {}\n");
    }
}
