//! What every Kubernetes object has: an identity, labels, a place in the cluster.
