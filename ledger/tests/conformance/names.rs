//! Which of our ids stands for which recorded one.

use std::collections::BTreeMap;

use shardd_local::Cluster;

/// The recordings' nodes by region, one line a mesh.
const MESHES: &[[&str; 3]] = &[
    [
        "fd3f19ea-f31a-426c-a786-7f049c5f766c",
        "49edf0fe-7cf0-4c2d-992c-baa65b593636",
        "f6f13fa3-9351-48c0-9dd7-5b1dd8471aec",
    ],
    [
        "73f65c86-80c5-4cb6-93f2-b684b951b9ae",
        "bc275759-fecf-44cc-98aa-6398772de6bb",
        "8cbe37b4-3987-4f25-9e93-0f9fdf048eae",
    ],
    [
        "99058cd8-fe87-4b65-811e-d59f526c8ea0",
        "832106d2-4abf-46cb-a6c6-77ea1ba7cd8e",
        "2a478678-0533-42a7-aba9-0b7e4460c833",
    ],
];

#[derive(Debug, Default)]
pub struct Names {
    recorded: BTreeMap<String, String>,
    ours: BTreeMap<String, String>,
}

impl Names {
    /// Knows the nodes of a mesh, in full and by the first eight letters.
    pub fn of(cluster: &Cluster, mesh: usize) -> Self {
        let mut names = Self::default();
        for (region, recorded) in MESHES[mesh].iter().enumerate() {
            let ours = cluster.node_id(region);
            names.bind(ours, recorded);
            names.bind(&ours[..8], &recorded[..8]);
        }
        names
    }

    pub fn mesh_of(text: &str) -> Option<usize> {
        MESHES.iter().position(|mesh| mesh.iter().any(|node| text.contains(node)))
    }

    pub fn bind(&mut self, ours: &str, recorded: &str) {
        self.recorded.insert(ours.to_owned(), recorded.to_owned());
        self.ours.insert(recorded.to_owned(), ours.to_owned());
    }

    pub fn knows(&self, ours: &str, recorded: &str) -> bool {
        self.recorded.contains_key(ours) || self.ours.contains_key(recorded)
    }

    /// Our text with the recorded ids in it.
    pub fn to_recorded(&self, text: &str) -> String {
        replace(text, &self.recorded)
    }

    /// A recorded text with our ids in it.
    pub fn to_ours(&self, text: &str) -> String {
        replace(text, &self.ours)
    }
}

fn replace(text: &str, table: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for char in text.chars().chain(['\0']) {
        if char.is_ascii_hexdigit() || char == '-' {
            word.push(char);
            continue;
        }
        out.push_str(table.get(&word).map_or(word.as_str(), String::as_str));
        word.clear();
        out.push(char);
    }
    out.pop();
    out
}
