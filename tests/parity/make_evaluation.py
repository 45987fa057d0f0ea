# SPDX-License-Identifier: Apache-2.0
"""Writes evaluation.json, which the tests of experiments/evaluation compare with: python3 make_evaluation.py (needs scikit-learn)."""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.manifold import trustworthiness
from sklearn.manifold._t_sne import _joint_probabilities_nn
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler


def X(shape, a):
    """The inputs of golden.json."""
    k = np.arange(1, np.prod(shape) + 1)
    return (np.sin(a * k) + 0.1 * np.cos(0.37 * k)).reshape(shape)


def logistic(l2):
    x = X((90, 6), 0.83)
    x[:, 5] = 7.0  # a feature that does not vary
    y = np.argmax(x[:, :4] + 0.8 * X((90, 4), 1.7), axis=1)
    z = StandardScaler().fit_transform(x)
    model = LogisticRegression(C=1 / l2, solver="newton-cg", tol=1e-12, max_iter=1000).fit(z, y)
    p = model.predict_proba(z)
    loss = -np.log(p[np.arange(90), y]).mean() + l2 * (model.coef_**2).sum() / 2 / 90
    return {
        "l2": l2,
        "labels": y.tolist(),
        "coefficients": model.coef_.tolist(),
        "intercepts": model.intercept_.tolist(),
        "loss": loss,
        "predicted": model.predict(z).tolist(),
    }


def ridge(l2):
    x = X((50, 7), 0.53)
    x[:, 6] = 3.0  # a feature that does not vary
    y = x[:, :2] @ np.array([[1.0, -2.0], [0.5, 1.0]]) + 0.3 * X((50, 2), 1.1)
    scaler = StandardScaler().fit(x[:40])
    model = Ridge(alpha=l2, solver="svd").fit(scaler.transform(x[:40]), y[:40])
    predicted = model.predict(scaler.transform(x[40:]))
    truth = y[40:]
    return {
        "l2": l2,
        "predicted": predicted.tolist(),
        "explained": 1 - ((truth - predicted) ** 2).sum() / ((truth - truth.mean(0)) ** 2).sum(),
    }


def sparse_affinities():
    x = X((60, 5), 0.29)
    graph = NearestNeighbors(n_neighbors=15).fit(x).kneighbors_graph(mode="distance")
    graph.data **= 2
    p = _joint_probabilities_nn(graph, 5, 0).tocsr()
    p.sort_indices()
    return {
        "first_row_columns": p[0].indices.tolist(),
        "first_row": p[0].data.tolist(),
        "edges": int(p.nnz),
        "sum_of_squares": float((p.data**2).sum()),
    }


tall, wide = X((12, 6), 0.29), X((5, 9), 0.43)
result = {
    "versions": {"sklearn": sklearn.__version__, "numpy": np.__version__},
    "logistic x=X(90,6,.83) x5=7": [logistic(1.0), logistic(0.05)],
    "ridge X(50,7,.53) x6=3": [ridge(1.0), ridge(100.0)],
    "trustworthiness X(40,6,.29) in X(40,2,.17)": {
        str(k): trustworthiness(X((40, 6), 0.29), X((40, 2), 0.17), n_neighbors=k) for k in (1, 5, 15)
    },
    "pca abs scores X(12,6,.29) 3": np.abs(PCA(3, svd_solver="full").fit_transform(tall)).tolist(),
    "pca abs scores X(5,9,.43) 3": np.abs(PCA(3, svd_solver="full").fit_transform(wide)).tolist(),
    "affinities X(60,5,.29) perplexity 5 neighbours 15": sparse_affinities(),
}
path = pathlib.Path(__file__).with_name("evaluation.json")
path.write_text(json.dumps(result, indent=1) + "\n")
