// LayerRoute
